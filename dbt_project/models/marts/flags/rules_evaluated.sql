-- Grain: one row per rule and customer whom it looks at, with what held and what did not.
with

customers as (
    select * from {{ ref('dim_customers') }}
),

rules as (
    select * from {{ ref('rules') }}
),

-- unions: flag_*
unioned as (
    select
        '2_week_pass_purchase' as flag_type,
        rule.*
    from {{ ref('flag_2_week_pass_purchase') }} as rule
    union all by name
    select
        'active-membership' as flag_type,
        rule.*
    from {{ ref('flag_active_membership') }} as rule
    union all by name
    select
        'active-prepaid-pass' as flag_type,
        rule.*
    from {{ ref('flag_active_prepaid_pass') }} as rule
    union all by name
    select
        'back_after_break' as flag_type,
        rule.*
    from {{ ref('flag_back_after_break') }} as rule
    union all by name
    select
        'birthday_party_attendee_one_week_out' as flag_type,
        rule.*
    from {{ ref('flag_birthday_party_attendee_one_week_out') }} as rule
    union all by name
    select
        'birthday_party_host_completed' as flag_type,
        rule.*
    from {{ ref('flag_birthday_party_host_completed') }} as rule
    union all by name
    select
        'birthday_party_host_one_week_out' as flag_type,
        rule.*
    from {{ ref('flag_birthday_party_host_one_week_out') }} as rule
    union all by name
    select
        'birthday_party_host_six_days_out' as flag_type,
        rule.*
    from {{ ref('flag_birthday_party_host_six_days_out') }} as rule
    union all by name
    select
        'churn_risk' as flag_type,
        rule.*
    from {{ ref('flag_churn_risk') }} as rule
    union all by name
    select
        'day_pass_loyalist' as flag_type,
        rule.*
    from {{ ref('flag_day_pass_loyalist') }} as rule
    union all by name
    select
        'event_enthusiast' as flag_type,
        rule.*
    from {{ ref('flag_event_enthusiast') }} as rule
    union all by name
    select
        'fading_star' as flag_type,
        rule.*
    from {{ ref('flag_fading_star') }} as rule
    union all by name
    select
        'fifty_percent_offer_sent' as flag_type,
        rule.*
    from {{ ref('flag_fifty_percent_offer_sent') }} as rule
    union all by name
    select
        'first_time_day_pass_2wk_offer' as flag_type,
        rule.*
    from {{ ref('flag_first_time_day_pass_2wk_offer') }} as rule
    union all by name
    select
        'ghost_member' as flag_type,
        rule.*
    from {{ ref('flag_ghost_member') }} as rule
    union all by name
    select
        'has-youth' as flag_type,
        rule.*
    from {{ ref('flag_has_youth') }} as rule
    union all by name
    select
        'lapsed_member' as flag_type,
        rule.*
    from {{ ref('flag_lapsed_member') }} as rule
    union all by name
    select
        'membership_cancelled_winback' as flag_type,
        rule.*
    from {{ ref('flag_membership_cancelled_winback') }} as rule
    union all by name
    select
        'membership_candidate' as flag_type,
        rule.*
    from {{ ref('flag_membership_candidate') }} as rule
    union all by name
    select
        'membership_ending_soon' as flag_type,
        rule.*
    from {{ ref('flag_membership_ending_soon') }} as rule
    union all by name
    select
        'new_member' as flag_type,
        rule.*
    from {{ ref('flag_new_member') }} as rule
    union all by name
    select
        'newbie_rockstar' as flag_type,
        rule.*
    from {{ ref('flag_newbie_rockstar') }} as rule
    union all by name
    select
        'no_email' as flag_type,
        rule.*
    from {{ ref('flag_no_email') }} as rule
    union all by name
    select
        'purchase_without_account' as flag_type,
        rule.*
    from {{ ref('flag_purchase_without_account') }} as rule
    union all by name
    select
        'ready_for_membership' as flag_type,
        rule.*
    from {{ ref('flag_ready_for_membership') }} as rule
    union all by name
    select
        'second_visit_offer_eligible' as flag_type,
        rule.*
    from {{ ref('flag_second_visit_offer_eligible') }} as rule
    union all by name
    select
        'super_user' as flag_type,
        rule.*
    from {{ ref('flag_super_user') }} as rule
    union all by name
    select
        'tenth_visit' as flag_type,
        rule.*
    from {{ ref('flag_tenth_visit') }} as rule
    union all by name
    select
        'vip' as flag_type,
        rule.*
    from {{ ref('flag_vip') }} as rule
    union all by name
    select
        'weekend_warrior' as flag_type,
        rule.*
    from {{ ref('flag_weekend_warrior') }} as rule
),
-- unions: end

judged as (
    select
        unioned.flag_type,
        unioned.customer_id,
        unioned.triggered_at,
        unioned.details,
        unioned.conditions,
        customers.minor = 'yes' as is_child,
        rules.children,
        case
            when not {{ all_hold("unioned.conditions") }} then 'a condition does not hold'
            when customers.is_deleted then 'the account is deleted'
            when customers.minor = 'yes' and rules.children = 'never' then 'not for children'
        end as refused_because
    from unioned
    inner join customers
        on unioned.customer_id = customers.customer_id
    inner join rules
        on unioned.flag_type = rules.flag_type
)

select
    judged.flag_type,
    judged.customer_id,
    judged.triggered_at,
    judged.details,
    judged.conditions,
    judged.is_child and judged.children = 'guardian' as is_about_child,
    judged.refused_because
from judged
