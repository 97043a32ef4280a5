-- Grain: one row per pair of records that a shared contact point and names make one person.
with

settings as (
    select
        50 as email_strength,
        40 as phone_strength,
        9 as equal_name_strength,
        6 as nickname_strength,
        4 as typing_error_strength,
        2 as initial_strength,
        5 as family_name_strength,
        -- A family's contact point is the adult's first, also where a child has the same name.
        -3 as minor_strength
),

contact_pairs as (
    select * from {{ ref('int_identity__contact_pairs') }}
),

weighed as (
    select
        contact_pairs.record_key_a,
        contact_pairs.record_key_b,
        contact_pairs.shares_email,
        contact_pairs.shares_phone,
        contact_pairs.given_names_agree_by,
        contact_pairs.has_equal_family_name,
        case when contact_pairs.shares_email then settings.email_strength else 0 end
        + case when contact_pairs.shares_phone then settings.phone_strength else 0 end
        + case contact_pairs.given_names_agree_by
            when 'equal' then settings.equal_name_strength
            when 'nickname' then settings.nickname_strength
            when 'typing error' then settings.typing_error_strength
            when 'swapped' then settings.nickname_strength
            else settings.initial_strength
        end
        + case
            when contact_pairs.has_equal_family_name then settings.family_name_strength else 0
        end
        + case when contact_pairs.has_minor then settings.minor_strength else 0 end as strength
    from contact_pairs
    cross join settings
    where
        contact_pairs.incompatible_because is null
        and contact_pairs.given_names_agree_by is not null
),

both_directions as (
    select
        weighed.record_key_a as record_key,
        weighed.record_key_b as other_key,
        weighed.strength
    from weighed
    union all by name
    select
        weighed.record_key_b as record_key,
        weighed.record_key_a as other_key,
        weighed.strength
    from weighed
),

-- A record that two people fit equally well is given to neither.
equal_choices as (
    select
        first_choice.record_key,
        first_choice.strength,
        first_choice.other_key as key_1,
        second_choice.other_key as key_2
    from both_directions as first_choice
    inner join both_directions as second_choice
        on
            first_choice.record_key = second_choice.record_key
            and first_choice.strength = second_choice.strength
            and first_choice.other_key < second_choice.other_key
    inner join contact_pairs
        on
            first_choice.other_key = contact_pairs.record_key_a
            and second_choice.other_key = contact_pairs.record_key_b
    where contact_pairs.incompatible_because is not null
),

-- Unless it fits somebody better still who cannot be one of the two: then it is the other's.
better_choices as (
    select
        equal_choices.record_key,
        equal_choices.key_1,
        equal_choices.key_2
    from equal_choices
    inner join both_directions as better
        on
            equal_choices.record_key = better.record_key
            and equal_choices.strength < better.strength
    inner join contact_pairs as rules_out
        on
            rules_out.incompatible_because is not null
            and (
                (
                    least(better.other_key, equal_choices.key_1) = rules_out.record_key_a
                    and greatest(better.other_key, equal_choices.key_1) = rules_out.record_key_b
                )
                or (
                    least(better.other_key, equal_choices.key_2) = rules_out.record_key_a
                    and greatest(better.other_key, equal_choices.key_2) = rules_out.record_key_b
                )
            )
    group by equal_choices.record_key, equal_choices.key_1, equal_choices.key_2
),

torn as (
    select
        equal_choices.record_key,
        equal_choices.key_1,
        equal_choices.key_2
    from equal_choices
    left join better_choices
        on
            equal_choices.record_key = better_choices.record_key
            and equal_choices.key_1 = better_choices.key_1
            and equal_choices.key_2 = better_choices.key_2
    where better_choices.record_key is null
),

-- And not to a third one of the same contact point either, who fits less well than both.
torn_edges as (
    select
        both_directions.record_key,
        both_directions.other_key
    from both_directions
    inner join torn
        on both_directions.record_key = torn.record_key
    left join contact_pairs as with_key_1
        on
            least(both_directions.other_key, torn.key_1) = with_key_1.record_key_a
            and greatest(both_directions.other_key, torn.key_1) = with_key_1.record_key_b
    left join contact_pairs as with_key_2
        on
            least(both_directions.other_key, torn.key_2) = with_key_2.record_key_a
            and greatest(both_directions.other_key, torn.key_2) = with_key_2.record_key_b
    where
        with_key_1.incompatible_because is not null
        or with_key_2.incompatible_because is not null
    group by both_directions.record_key, both_directions.other_key
)

select
    weighed.record_key_a,
    weighed.record_key_b,
    'same contact point, ' || weighed.given_names_agree_by || ' given name' as reason,
    'exact' as confidence,
    weighed.strength,
    json_object(
        'shares_email', weighed.shares_email,
        'shares_phone', weighed.shares_phone,
        'given_names', weighed.given_names_agree_by,
        'equal_family_name', weighed.has_equal_family_name
    ) as evidence,
    torn_a.record_key is not null or torn_b.record_key is not null as is_torn
from weighed
left join torn_edges as torn_a
    on
        weighed.record_key_a = torn_a.record_key
        and weighed.record_key_b = torn_a.other_key
left join torn_edges as torn_b
    on
        weighed.record_key_b = torn_b.record_key
        and weighed.record_key_a = torn_b.other_key
