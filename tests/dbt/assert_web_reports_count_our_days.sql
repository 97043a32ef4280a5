-- Google Analytics counts its days in the business's own zone, as it is set there by hand.
{{ config(severity='warn') }}

select
    user_activity.row_key,
    user_activity.property_time_zone
from {{ ref('stg_google_analytics__user_activity') }} as user_activity
where user_activity.property_time_zone <> '{{ var("business_zone") }}'
