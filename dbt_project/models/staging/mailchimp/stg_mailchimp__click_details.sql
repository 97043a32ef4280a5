-- Grain: one row per Mailchimp campaign and link in it.
with

click_details as (
    select * from {{ source('mailchimp', 'click_details') }}
),

renamed as (
    select
        -- ids
        click_details.campaign_id,
        click_details.id as link_id,

        -- strings
        nullif(trim(click_details.url), '') as url,

        -- numbers
        click_details.total_clicks as click_count,
        click_details.unique_clicks as clicker_count,
        try_cast(click_details.click_percentage as decimal(9, 6)) as click_percentage,

        -- dates and times
        {{ iso_to_utc("nullif(click_details.last_click, '')") }} as last_click_at
    from click_details
)

select * from renamed
