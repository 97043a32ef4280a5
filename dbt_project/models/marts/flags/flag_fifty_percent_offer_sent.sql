-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Somebody who was sent a campaign with an offer of fifty per cent within three days.',
    'considers': 'whoever was sent a campaign',
    'owner': 'marketing',
    'priority': 'medium',
    'category': 'tracking',
    'cool_down_days': 30,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'never',
    'destinations': ['shopify'],
}) }}

with

settings as (
    select 3 as recent_days
),

customer_events as (
    select * from {{ ref('customer_events') }}
),

campaign_offers as (
    select * from {{ ref('int_campaign_offers__enrichment') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

sent as (
    select
        customer_events.customer_id,
        customer_events.event_date,
        customer_events.occurred_at,
        campaign_offers.campaign_id,
        campaign_offers.offer_type,
        campaign_offers.offer_code,
        campaign_offers.offer_expires,
        coalesce(contains(campaign_offers.offer_amount, '50%'), false) as is_half_price
    from customer_events
    left join campaign_offers
        on
            {{ json_text("customer_events.event_details", "$.campaign_id") }}
            = campaign_offers.campaign_id
    where customer_events.event_type = 'email_sent'
    qualify row_number() over (
        partition by customer_events.customer_id
        order by is_half_price desc, customer_events.occurred_at desc, customer_events.event_id
    ) = 1
)

select
    sent.customer_id,
    sent.occurred_at as triggered_at,
    json_object(
        'email_sent_date', sent.event_date,
        'campaign_id', sent.campaign_id,
        'offer_type', sent.offer_type,
        'offer_code', sent.offer_code,
        'offer_expires', sent.offer_expires
    ) as details,
    json_object(
        'was_offered_fifty_per_cent', sent.is_half_price,
        'it_was_sent_lately',
        {{ days_between("sent.event_date", "run.as_of_date") }} <= settings.recent_days
    ) as conditions
from sent
cross join settings
cross join run
