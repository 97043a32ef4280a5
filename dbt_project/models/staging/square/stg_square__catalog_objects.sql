-- Grain: one row per item, variation or category of the Square catalogue, deleted ones included.
with

objects as (
    select * from {{ source('square', 'catalog_objects') }}
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
        or {{ is_deleted('square', 'catalog_objects', 'objects') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("objects.updated_at") }} as updated_at
    from objects
)

select * from renamed
