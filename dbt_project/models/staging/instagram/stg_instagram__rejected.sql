-- Grain: one row per table and vendor's id of rows that were refused, with the last pull that did.
with

rejected as (
    select * from {{ source('instagram', 'rejected') }}
),

latest as (
    select
        rejected.table_name,
        {{ json_text("rejected.row", "$.id") }} as vendor_id,
        max(cast(rejected._seen_on as date)) as last_seen_date
    from rejected
    group by rejected.table_name, {{ json_text("rejected.row", "$.id") }}
)

select *
from latest
where latest.vendor_id is not null
