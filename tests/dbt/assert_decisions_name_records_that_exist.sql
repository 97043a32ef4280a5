-- A hand-made decision about a record that no source has (any more) is shown; it stops nothing.
{{ config(severity='warn') }}

with

records as (
    select * from {{ ref('int_record__unioned') }}
),

duplicates as (
    select * from {{ ref('_duplicates') }}
),

not_duplicates as (
    select * from {{ ref('_not_duplicates') }}
),

named as (
    select
        '_duplicates' as seed,
        duplicates.src || ':' || duplicates.src_id as record_key
    from duplicates
    union all by name
    select
        '_not_duplicates' as seed,
        not_duplicates.src_a || ':' || not_duplicates.src_id_a as record_key
    from not_duplicates
    union all by name
    select
        '_not_duplicates' as seed,
        not_duplicates.src_b || ':' || not_duplicates.src_id_b as record_key
    from not_duplicates
)

select
    named.seed,
    named.record_key
from named
left join records
    on named.record_key = records.record_key
where records.record_key is null
