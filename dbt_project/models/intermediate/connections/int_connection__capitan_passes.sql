-- Grain: one row per entry on a pass whose owner is known, and one more where it was a guest's.
with

pass_uses as (
    select * from {{ ref('int_pass_use__capitan') }}
),

pass_owners as (
    select * from {{ ref('int_pass_owner__capitan') }}
),

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

joined_on as (
    select
        membership_members.capitan_customer_id,
        max(memberships.start_date) as last_start_date
    from memberships
    inner join membership_members
        on memberships.membership_instance_id = membership_members.membership_instance_id
    where not {{ is_temporary_product("memberships.membership_name") }}
    group by membership_members.capitan_customer_id
),

run as (
    select {{ as_of() }} as as_of_date
),

transfers as (
    select
        pass_owners.owner_record_key as record_key_a,
        'capitan:customer:' || pass_uses.capitan_customer_id as record_key_b,
        pass_uses.checked_in_at as happened_at,
        pass_uses.*
    from pass_uses
    inner join pass_owners
        on pass_uses.check_in_id = pass_owners.check_in_id
    cross join run
    where
        pass_owners.owner_record_key is not null
        and {{ business_date("pass_uses.checked_in_at") }}
        between cast('{{ var("earliest_event_date") }}' as date) and run.as_of_date
),

shares as (
    select
        transfers.record_key_a,
        transfers.record_key_b,
        'pass_sharer_recipient' as kind,
        transfers.happened_at,
        json_object(
            'checkin_id', transfers.check_in_id,
            'pass_type', transfers.pass_type,
            'remaining_count', transfers.remaining_count
        ) as evidence
    from transfers
),

-- A guest who has been on a membership since then was won.
guests as (
    select
        transfers.record_key_a,
        transfers.record_key_b,
        'frequent_guest' as kind,
        transfers.happened_at,
        json_object(
            'checkin_id', transfers.check_in_id,
            'is_converted', coalesce(
                joined_on.last_start_date >= cast(transfers.checked_in_local_at as date), false
            )
        ) as evidence
    from transfers
    left join joined_on
        on transfers.capitan_customer_id = joined_on.capitan_customer_id
    where transfers.transfer_type = 'guest_pass'
)

select *
from shares
union all by name
select *
from guests
