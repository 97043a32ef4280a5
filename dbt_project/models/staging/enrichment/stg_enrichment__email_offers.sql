-- Grain: one row per campaign that was read for an offer.
with

email_offers as (
    select * from {{ source('enrichment', 'email_offers') }}
),

renamed as (
    select
        -- ids
        email_offers.campaign_id,

        -- strings
        email_offers.offer_type,
        email_offers.offer_amount,
        email_offers.offer_code,
        email_offers.offer_expires,
        email_offers.email_category,

        -- booleans
        email_offers.has_offer,

        -- dates and times
        cast(email_offers.analyzed_on as date) as analyzed_date
    from email_offers
)

select * from renamed
