-- Every further name of a flag belongs to a rule that is told to that destination.
select
    destination_marks.destination,
    destination_marks.flag_type
from {{ ref('destination_marks') }} as destination_marks
left join {{ ref('rules') }} as rules
    on
        {{ base_flag_type("destination_marks.flag_type") }} = rules.flag_type
        and list_contains(
            string_split(rules.destinations, '|'), destination_marks.destination
        )
where rules.flag_type is null
