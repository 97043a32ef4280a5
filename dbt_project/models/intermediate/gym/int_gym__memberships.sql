-- Grain: one row per sold membership (instance), with what its product name says.
with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

-- The words are those that readers of the export know; a new product is found by the same words.
named as (
    select
        memberships.*,
        contains(memberships.membership_name_lower, 'founder') as is_founder,
        regexp_matches(memberships.membership_name_lower, 'college|student') as is_college,
        regexp_matches(
            memberships.membership_name_lower, 'corporate|tfnb|founders business'
        ) as is_corporate,
        regexp_matches(memberships.membership_name_lower, 'mid[- ]day') as is_mid_day,
        regexp_matches(memberships.membership_name_lower, 'fitness[ -]only')
        or memberships.membership_name_lower = 'fitness membership' as is_fitness_only,
        regexp_matches(
            memberships.membership_name_lower,
            'team[ -]dues|youth rec|youth comp|youth development'
        ) as is_team_dues,
        regexp_matches(memberships.membership_name_lower, 'bcf|staff') as is_bcf,
        contains(memberships.membership_name_lower, '90 for 90') as is_90_for_90,
        {{ is_temporary_product("memberships.membership_name_lower") }} as is_temporary_pass
    from memberships
)

select
    named.*,
    contains(named.membership_name_lower, 'fitness') and not named.is_fitness_only
        as has_fitness_addon,
    not(
        named.is_founder
        or named.is_college
        or named.is_corporate
        or named.is_mid_day
        or named.is_fitness_only
        or contains(named.membership_name_lower, 'fitness')
        or named.is_team_dues
        or named.is_bcf
        or named.is_90_for_90
        or named.is_temporary_pass
    ) as is_not_in_special,
    case
        when contains(named.membership_name_lower, 'family') then 'family'
        when contains(named.membership_name_lower, 'duo') then 'duo'
        when named.is_corporate then 'corporate'
        else 'solo'
    end as size,
    case
        when regexp_matches(named.membership_name_lower, '3[- ]months?|90 for 90')
            then 'prepaid_3mo'
        when regexp_matches(named.membership_name_lower, '6[- ]months?') then 'prepaid_6mo'
        when regexp_matches(named.membership_name_lower, '12[- ]months?') then 'prepaid_12mo'
        when named.is_mid_day or named.is_bcf or named.billing_interval = 'BWK' then 'bi_weekly'
        when named.billing_interval in ('MON', '4WK') then 'monthly'
        when
            named.billing_interval in ('YRL', 'YEA')
            or contains(named.membership_name_lower, 'annual')
            then 'annual'
        when named.billing_interval = '3MO' then 'prepaid_3mo'
        when named.billing_interval = '6MO' then 'prepaid_6mo'
        when named.billing_interval = '12MO' then 'prepaid_12mo'
        else 'unknown'
    end as frequency,
    coalesce(named.unfreeze_date > run.as_of_date, false) as is_frozen,
    -- The one meaning of a live membership; who is on its roster is an active member.
    named.membership_status = 'ACT'
    and not named.is_temporary_pass
    and not named.is_deleted
    and coalesce(named.start_date <= run.as_of_date, false)
    and coalesce(named.unfreeze_date <= run.as_of_date, true) as is_live
from named
cross join run
