-- Grain: one row per day of the business calendar, as Stripe's own balance states it.
with

balance_transactions as (
    select * from {{ ref('stg_stripe__balance_transactions') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

refunds as (
    select * from {{ ref('stg_stripe__refunds') }}
),

disputes as (
    select * from {{ ref('stg_stripe__disputes') }}
),

-- A test charge moves no money. A refund leaves the balance at once, but counts once settled. What
-- a dispute takes is neither fee nor refund.
counted as (
    select
        balance_transactions.*,
        {{ business_date("balance_transactions.created_at") }} as day
    from balance_transactions
    left join charges
        on balance_transactions.moved_by_id = charges.charge_id
    left join refunds
        on balance_transactions.moved_by_id = refunds.refund_id
    left join disputes
        on balance_transactions.moved_by_id = disputes.dispute_id
    where
        disputes.dispute_id is null
        and charges.is_live is distinct from false
        and coalesce(refunds.refund_status, 'succeeded') <> 'pending'
),

-- A refund that failed comes back to the balance later; it counts as none on the day it was made.
per_object as (
    select
        counted.moved_by_id,
        min(counted.day) as day,
        bool_or(counted.movement_type in ('refund', 'payment_refund')) as is_refund,
        bool_or(counted.movement_type in ('charge', 'payment')) as is_charge,
        sum(counted.amount) as amount,
        sum(counted.fee) as fee
    from counted
    group by counted.moved_by_id
)

select
    'stripe' as source,
    per_object.day,
    coalesce(sum(per_object.amount) filter (where per_object.is_charge), 0) as gross,
    coalesce(-sum(per_object.amount) filter (where per_object.is_refund), 0) as refunds,
    sum(per_object.fee) as fees
from per_object
group by per_object.day
