-- Grain: one row per entry on a pass that somebody else shared.
with

pass_uses as (
    select * from {{ ref('int_pass_use__capitan') }}
),

pass_owners as (
    select * from {{ ref('int_pass_owner__capitan') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
)

select
    pass_uses.check_in_id,
    pass_uses.checked_in_at,
    {{ business_date("pass_uses.checked_in_at") }} as transfer_date,
    pass_uses.transfer_type,
    pass_uses.pass_type,
    pass_uses.owner_name as purchaser_name,
    pass_owners.owner_record_key as purchaser_record_key,
    owner.customer_id as purchaser_customer_id,
    'capitan:customer:' || pass_uses.capitan_customer_id as recipient_record_key,
    recipient.customer_id as recipient_customer_id,
    pass_uses.remaining_count,
    pass_uses.is_punch_pass,
    pass_uses.is_youth_pass,
    pass_owners.match_method,
    pass_owners.match_confidence,
    pass_owners.candidate_count
from pass_uses
inner join pass_owners
    on pass_uses.check_in_id = pass_owners.check_in_id
left join members as owner
    on pass_owners.owner_record_key = owner.record_key
left join members as recipient
    on 'capitan:customer:' || pass_uses.capitan_customer_id = recipient.record_key
