-- Grain: one row per side of an entry on somebody else's pass: who gave it and who used it.
with

pass_uses as (
    select * from {{ ref('int_pass_use__capitan') }}
),

pass_owners as (
    select * from {{ ref('int_pass_owner__capitan') }}
),

transfers as (
    select
        pass_uses.*,
        pass_owners.owner_record_key,
        pass_owners.match_method,
        'capitan:customer:' || pass_uses.capitan_customer_id as user_record_key
    from pass_uses
    inner join pass_owners
        on pass_uses.check_in_id = pass_owners.check_in_id
),

sides as (
    select
        'shared_pass' as event_type,
        'sharer' as role,
        transfers.owner_record_key as record_key,
        transfers.user_record_key as counterpart_record_key,
        case
            when transfers.match_method in ('entry_pass', 'membership', 'purchase') then 'medium'
            else 'low'
        end as attribution,
        transfers.*
    from transfers
    where transfers.owner_record_key is not null
    union all by name
    select
        'received_shared_pass' as event_type,
        'recipient' as role,
        transfers.user_record_key as record_key,
        transfers.owner_record_key as counterpart_record_key,
        'exact' as attribution,
        transfers.*
    from transfers
)

select
    {{ event_id(
        "sides.event_type", "'capitan'", "'capitan:checkin:' || sides.check_in_id", "sides.role"
    ) }}
        as event_id,
    sides.event_type,
    sides.checked_in_at as occurred_at,
    sides.record_key,
    'capitan' as source,
    sides.attribution,
    'capitan:checkin:' || sides.check_in_id as subject,
    cast(null as decimal(18, 2)) as amount,
    cast(null as varchar) as currency,
    json_object(
        'transfer_type', sides.transfer_type,
        'pass_type', sides.pass_type,
        'counterpart_record_key', sides.counterpart_record_key,
        'remaining_count', sides.remaining_count,
        'is_punch_pass', sides.is_punch_pass,
        'is_youth_pass', sides.is_youth_pass,
        'checkin_id', sides.check_in_id
    ) as details
from sides
