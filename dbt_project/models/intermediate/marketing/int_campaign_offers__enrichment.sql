-- Grain: one row per campaign that holds an offer.
with

email_offers as (
    select * from {{ ref('stg_enrichment__email_offers') }}
)

select * from email_offers
where email_offers.has_offer
