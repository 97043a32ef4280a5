-- Grain: one row per offer, customer and day on which it was awarded.
with

offer_awards as (
    select * from {{ source('ops', 'offer_awards') }}
),

renamed as (
    select
        -- ids
        offer_awards.offer_id,
        offer_awards.customer_id,

        -- dates and times
        cast(offer_awards.awarded_on as date) as awarded_date,
        cast(offer_awards.expires_on as date) as expires_date
    from offer_awards
)

select * from renamed
