-- Grain: one row per call that would make a destination be as it should.

with

settings as (
    select
        -- A flow of the shop's looks for `-sent` before it writes, so it comes some time after.
        interval 10 minutes as hand_over,
        7 as days_of_events
),

marks as (
    select * from {{ ref('sync_marks') }}
),

accounts as (
    select * from {{ ref('sync_accounts') }}
),

held as (
    select * from {{ ref('sync_held') }}
),

profiles as (
    select * from {{ ref('sync_profiles') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

stored_profiles as (
    select * from {{ ref('stg_klaviyo__profiles') }}
),

calls as (
    select * from {{ ref('stg_ops__sync_calls') }}
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

placed as (
    select
        marks.*,
        accounts.account_id,
        coalesce(accounts.is_marked, false) as is_marked,
        accounts.is_open,
        held.mark is not null as is_held
    from marks
    left join accounts
        on
            marks.destination = accounts.destination
            and marks.customer_id = accounts.customer_id
            and accounts.is_leading
    left join held
        on
            marks.destination = held.destination
            and accounts.account_id = held.account_id
            and marks.mark = held.mark
),

-- A message's mark is set once: who took it away had a reason. A status makes no account.
to_set as (
    select *
    from placed
    where
        case
            when placed.is_message then placed.is_due
            else placed.account_id is not null and (placed.is_due or not placed.is_held)
        end
),

-- distinct: a phone may stand on several profiles.
phones_there as (
    select distinct stored_profiles.phone
    from stored_profiles
    where stored_profiles.phone is not null
),

profiles_to_import as (
    select
        'klaviyo' as destination,
        'import' as action,
        profiles.customer_id,
        accounts.account_id,
        {{ short_hash("cast(profiles.properties as varchar)") }} as mark,
        false as is_message,
        case
            when accounts.account_id is null then 'no profile is known' else 'something changed'
        end as reason,
        -- A phone alone would lead to whosever profile it stands on.
        case
            when
                accounts.account_id is null
                and profiles.email is null
                and phones_there.phone is not null
                then 'the phone stands on a profile of somebody else'
        end as why_not,
        to_json({
            'email': profiles.email,
            'phone': profiles.phone,
            'properties': profiles.properties
        }) as payload
    from profiles
    left join accounts
        on
            profiles.customer_id = accounts.customer_id
            and accounts.destination = 'klaviyo'
            and accounts.is_leading
    left join stored_profiles
        on accounts.account_id = stored_profiles.profile_id
    left join phones_there
        on profiles.phone = phones_there.phone
    where
        stored_profiles.profile_id is null
        or {{ json_differs("profiles.properties", "stored_profiles.properties") }}
),

set_marks as (
    select
        to_set.destination,
        case
            when to_set.is_held then 'note'
            when to_set.destination = 'shopify' then 'tag'
            else 'join'
        end as action,
        to_set.customer_id,
        to_set.account_id,
        to_set.mark,
        to_set.is_message,
        to_set.flags_to_deliver as flags,
        to_set.flag_types as reason,
        case
            when to_set.is_message and not to_set.is_open
                then 'the address on the account is not open'
            when
                to_set.destination = 'klaviyo'
                and to_set.account_id is null
                and (profiles.customer_id is null or imports.why_not is not null)
                then 'no profile there, and no address that is theirs alone'
        end as why_not
    from to_set
    left join profiles
        on to_set.customer_id = profiles.customer_id
    left join profiles_to_import as imports
        on to_set.customer_id = imports.customer_id
),

-- Who has no account yet is looked for at the destination, and one is made if there is none.
accounts_to_make as (
    select
        set_marks.destination,
        'create' as action,
        set_marks.customer_id,
        cast(null as varchar) as account_id,
        'account' as mark,
        true as is_message,
        'no account is known' as reason,
        to_json({
            'given_name': customers.given_name,
            'family_name': customers.family_name,
            'email': customers.primary_email,
            'phone': customers.primary_phone
        }) as payload
    from set_marks
    inner join customers
        on set_marks.customer_id = customers.customer_id
    where
        set_marks.destination = 'shopify'
        and set_marks.account_id is null
        and set_marks.why_not is null
    group by all
),

accounts_to_claim as (
    select
        placed.destination,
        'claim' as action,
        placed.customer_id,
        placed.account_id,
        'account' as mark,
        false as is_message,
        'the account is used for the first time' as reason
    from placed
    inner join to_set
        on
            placed.destination = to_set.destination
            and placed.customer_id = to_set.customer_id
    where placed.destination = 'shopify' and placed.account_id is not null and not placed.is_marked
    group by all
),

sent_marks as (
    select
        held.destination,
        'tag' as action,
        held.customer_id,
        held.account_id,
        held.mark || '-sent' as mark,
        false as is_message,
        'handed over' as reason,
        max(calls.closed_at) + settings.hand_over as not_before
    from held
    inner join marks
        on
            held.destination = marks.destination
            and held.customer_id = marks.customer_id
            and held.mark = marks.mark
    inner join calls
        on
            held.destination = calls.destination
            and held.account_id = calls.account_id
            and held.mark = calls.mark
    left join held as already
        on
            held.destination = already.destination
            and held.account_id = already.account_id
            and held.mark || '-sent' = already.mark
    cross join settings
    where
        held.destination = 'shopify'
        and held.is_leading
        and marks.is_message
        and calls.action = 'tag'
        and calls.outcome = 'done'
        and already.mark is null
    group by held.destination, held.customer_id, held.account_id, held.mark, settings.hand_over
),

rightly_held as (
    select
        held.destination,
        held.account_id,
        held.mark
    from held
    inner join marks
        on
            held.destination = marks.destination
            and held.customer_id = marks.customer_id
            and held.mark in (marks.mark, marks.mark || '-sent')
    where held.is_leading and (held.is_open or not marks.is_message)
    group by held.destination, held.account_id, held.mark
),

unset_marks as (
    select
        held.destination,
        case when held.destination = 'shopify' then 'untag' else 'leave' end as action,
        held.customer_id,
        held.account_id,
        held.mark,
        false as is_message,
        case
            when not held.is_leading then 'another account of theirs is used'
            else 'the flag ended, or nobody may be written to'
        end as reason
    from held
    left join rightly_held
        on
            held.destination = rightly_held.destination
            and held.account_id = rightly_held.account_id
            and held.mark = rightly_held.mark
    where held.is_ours and rightly_held.mark is null
),

events_to_tell as (
    select
        'klaviyo' as destination,
        'tell' as action,
        profiles.customer_id,
        accounts.account_id,
        customer_events.event_id as mark,
        true as is_message,
        customer_events.event_type as reason,
        to_json({
            'event': event_types.klaviyo_name,
            'occurred_at': strftime(customer_events.occurred_at, '%Y-%m-%dT%H:%M:%SZ'),
            'amount': customer_events.amount,
            'currency': customer_events.currency
        }) as payload
    from customer_events
    inner join event_types
        on customer_events.event_type = event_types.event_type
    inner join profiles
        on customer_events.customer_id = profiles.customer_id
    left join accounts
        on
            profiles.customer_id = accounts.customer_id
            and accounts.destination = 'klaviyo'
            and accounts.is_leading
    left join calls
        on
            calls.destination = 'klaviyo'
            and calls.action = 'tell'
            and calls.outcome = 'done'
            and customer_events.event_id = calls.mark
    cross join run
    cross join settings
    where
        event_types.klaviyo_name is not null
        and coalesce(accounts.is_open, profiles.email is not null)
        and customer_events.source_confidence in ('exact', 'medium')
        and {{ days_between("customer_events.event_date", "run.as_of_date") }}
        between 0 and settings.days_of_events - 1
        and calls.mark is null
),

planned as (
    select * from unset_marks
    union all by name
    select * from accounts_to_make
    union all by name
    select * from accounts_to_claim
    union all by name
    select * from profiles_to_import
    union all by name
    select * from set_marks
    union all by name
    select * from sent_marks
    union all by name
    select * from events_to_tell
)

select
    concat_ws(
        ':',
        planned.destination,
        planned.action,
        coalesce(planned.account_id, planned.customer_id),
        planned.mark
    ) as call_key,
    planned.destination,
    planned.action,
    planned.customer_id,
    planned.account_id,
    planned.mark,
    planned.is_message,
    planned.reason,
    coalesce(cast(planned.flags as varchar), '[]') as flags,
    planned.why_not,
    planned.not_before,
    planned.payload
from planned
