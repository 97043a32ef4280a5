-- Grain: one row per record whose e-mail or phone nobody else of its name has, but others have.
with

contact_pairs as (
    select * from {{ ref('int_identity__contact_pairs') }}
),

sides as (
    select
        contact_pairs.record_key_a as record_key,
        contact_pairs.given_names_agree_by
    from contact_pairs
    union all by name
    select
        contact_pairs.record_key_b as record_key,
        contact_pairs.given_names_agree_by
    from contact_pairs
)

select sides.record_key
from sides
group by sides.record_key
having count(sides.given_names_agree_by) = 0
