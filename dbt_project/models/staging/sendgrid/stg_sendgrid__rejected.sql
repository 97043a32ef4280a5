-- Grain: one row per table and vendor's id of rows that were refused, with the last pull that did.
with

rejected as (
    select * from {{ source('sendgrid', 'rejected') }}
),

keyed as (
    select
        rejected.table_name,
        case
            when rejected.table_name = 'templates' then {{ json_text("rejected.row", "$.id") }}
            else {{ json_text("rejected.row", "$.email") }}
        end as vendor_id,
        cast(rejected._seen_on as date) as seen_date
    from rejected
    where rejected.table_name in ('templates', 'bounces', 'spam_reports', 'unsubscribes')
),

latest as (
    select
        keyed.table_name,
        keyed.vendor_id,
        max(keyed.seen_date) as last_seen_date
    from keyed
    where keyed.vendor_id is not null
    group by keyed.table_name, keyed.vendor_id
)

select * from latest
