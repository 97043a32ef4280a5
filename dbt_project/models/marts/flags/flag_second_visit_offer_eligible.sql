-- Grain: one row per customer whom the rule looks at.
{{ config(meta={
    'sentence': 'Everybody whom the two-week offer after a first day pass is meant for, too.',
    'considers': 'whoever had a day pass',
    'owner': 'marketing',
    'priority': 'high',
    'category': 'conversion',
    'cool_down_days': 180,
    'lifetime_days': 14,
    'persistent': False,
    'children': 'guardian',
    'destinations': ['shopify', 'klaviyo'],
    'same_as': ['first_time_day_pass_2wk_offer'],
}) }}

with

first_time as (
    select * from {{ ref('flag_first_time_day_pass_2wk_offer') }}
)

-- The two are the arms of one experiment: the arm decides which of them reaches somebody.
select first_time.*
from first_time
