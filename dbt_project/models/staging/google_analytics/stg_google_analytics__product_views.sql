-- Grain: one row per day and product, restated ones included.
with

product_views as (
    select * from {{ source('google_analytics', 'product_views') }}
),

loads as (
    select * from {{ source('google_analytics', 'loads') }}
),

-- What the last pull of a day no longer shows has been restated away.
last_pulls as (
    select
        product_views.date,
        max(cast(loads.as_of as date)) as pulled_on
    from product_views
    inner join loads
        on
            loads.table_name = 'product_views'
            and coalesce(
                cast(loads.window_start as date) <= {{ compact_date("product_views.date") }}, true
            )
    group by product_views.date
),

renamed as (
    select
        -- ids
        product_views.row_key,

        -- strings
        product_views.item_name,
        {{ json_text("product_views.metadata", "$.timeZone") }} as property_time_zone,

        -- numbers
        try_cast(product_views.items_added_to_cart as bigint) as added_count,
        try_cast(product_views.items_purchased as bigint) as purchased_count,

        -- booleans
        {{ json_text("product_views.metadata", "$.samplingMetadatas") }} is not null as is_sampled,
        coalesce(
            {{ json_text("product_views.metadata", "$.subjectToThresholding") }} = 'true', false
        ) as is_thresholded,
        coalesce(
            {{ json_text("product_views.metadata", "$.dataLossFromOtherRow") }} = 'true', false
        ) as has_lost_rows,
        coalesce(cast(product_views._seen_on as date) < last_pulls.pulled_on, false) as is_deleted,

        -- dates and times
        {{ compact_date("product_views.date") }} as report_date
    from product_views
    left join last_pulls
        on product_views.date = last_pulls.date
)

select * from renamed
