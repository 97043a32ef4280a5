-- Two rules that flag the very same people are one rule twice, unless one of them says so.
-- Some people must have them: two small sets are equal by chance.
with

settings as (
    select 20 as least_people
),

flags as (
    select
        rules_evaluated.flag_type,
        count(*) as people,
        md5(string_agg(rules_evaluated.customer_id, ' ' order by rules_evaluated.customer_id))
            as digest
    from {{ ref('rules_evaluated') }} as rules_evaluated
    where rules_evaluated.refused_because is null
    group by rules_evaluated.flag_type
),

rules as (
    select * from {{ ref('rules') }}
)

select
    one.flag_type,
    another.flag_type as other_flag_type,
    one.people
from flags as one
inner join flags as another
    on
        one.digest = another.digest
        and one.flag_type < another.flag_type
inner join rules as one_rule
    on one.flag_type = one_rule.flag_type
inner join rules as other_rule
    on another.flag_type = other_rule.flag_type
cross join settings
where
    one.people >= settings.least_people
    and not list_contains(
        string_split(one_rule.same_as || '|' || one_rule.overlaps_with, '|'), another.flag_type
    )
    and not list_contains(
        string_split(other_rule.same_as || '|' || other_rule.overlaps_with, '|'), one.flag_type
    )
