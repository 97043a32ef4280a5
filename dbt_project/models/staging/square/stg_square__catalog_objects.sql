-- Grain: one row per item, variation or category of the Square catalogue, deleted ones included.
with

objects as (
    select * from {{ source('square', 'catalog_objects') }}
),

last_full_pull as (
    select max(loads.last_full_pull_date) as pulled_on
    from {{ ref('stg_square__loads') }} as loads
    where loads.table_name = 'catalog_objects'
),

-- A row that was refused is still there, though its last good version is older.
refused as (
    select
        rejected.vendor_id,
        rejected.last_seen_date
    from {{ ref('stg_square__rejected') }} as rejected
    where rejected.table_name = 'catalog_objects'
),

renamed as (
    select
        -- ids
        objects.id as catalog_object_id,
        {{ json_text("objects.item_variation_data", "$.item_id") }} as item_id,
        coalesce(
            {{ json_text("objects.item_data", "$.reporting_category.id") }},
            {{ json_text("objects.item_data", "$.categories[0].id") }},
            {{ json_text("objects.item_data", "$.category_id") }}
        ) as category_id,

        -- strings
        objects.type as object_type,
        coalesce(
            {{ json_text("objects.item_data", "$.name") }},
            {{ json_text("objects.item_variation_data", "$.name") }},
            {{ json_text("objects.category_data", "$.name") }}
        ) as object_name,
        {{ json_text("objects.item_variation_data", "$.sku") }} as sku,
        upper({{ json_text("objects.item_variation_data", "$.price_money.currency") }})
            as currency,

        -- numbers
        try_cast(
            {{ json_text("objects.item_variation_data", "$.price_money.amount") }} as decimal(18, 0)
        ) * 0.01 as unit_price,

        -- booleans
        coalesce(objects.is_deleted, false)
        or coalesce(
            greatest(cast(objects._seen_on as date), refused.last_seen_date)
            < last_full_pull.pulled_on,
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc("objects.updated_at") }} as updated_at
    from objects
    left join refused
        on objects.id = refused.vendor_id
    cross join last_full_pull
)

select * from renamed
