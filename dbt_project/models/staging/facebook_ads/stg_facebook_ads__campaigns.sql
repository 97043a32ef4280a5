-- Grain: one row per campaign, archived and deleted ones included.
with

campaigns as (
    select * from {{ source('facebook_ads', 'campaigns') }}
),

renamed as (
    select
        -- ids
        campaigns.id as campaign_id,
        campaigns.account_id,

        -- strings
        campaigns.name as campaign_name,
        campaigns.objective,
        campaigns.effective_status,
        campaigns.configured_status,

        -- numbers
        {{ cents_to_money("try_cast(campaigns.daily_budget as decimal(18, 0))") }}
            as daily_budget,
        {{ cents_to_money("try_cast(campaigns.lifetime_budget as decimal(18, 0))") }}
            as lifetime_budget,

        -- booleans
        {{ is_deleted('facebook_ads', 'campaigns', 'campaigns') }} as is_deleted,

        -- dates and times
        {{ iso_to_utc("campaigns.start_time") }} as started_at,
        {{ iso_to_utc("campaigns.stop_time") }} as stopped_at,
        {{ iso_to_utc("campaigns.created_time") }} as created_at,
        {{ iso_to_utc("campaigns.updated_time") }} as updated_at
    from campaigns
)

select * from renamed
