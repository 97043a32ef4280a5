-- Grain: one row per person booked for an event, cancelled and deleted ones included.
with

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

signup_rules as (
    select * from {{ ref('signup_rules') }}
),

first_rule as (
    select
        reservations.reservation_id,
        signup_rules.event_type
    from reservations
    inner join signup_rules
        on
            regexp_matches(lower(reservations.event_type_name), signup_rules.word_pattern)
            and reservations.event_date >= signup_rules.valid_from
    qualify row_number() over (
        partition by reservations.reservation_id
        order by signup_rules.rule_order
    ) = 1
)

select
    reservations.*,
    coalesce(first_rule.event_type, 'event_signup') as signup_event_type
from reservations
left join first_rule
    on reservations.reservation_id = first_rule.reservation_id
