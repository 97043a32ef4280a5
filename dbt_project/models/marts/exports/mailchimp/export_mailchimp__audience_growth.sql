-- Grain: one row per Mailchimp list and month.
with

audience_growth as (
    select * from {{ ref('int_audience_growth__mailchimp') }}
)

select
    audience_growth.list_id,
    audience_growth.year_month as month,
    audience_growth.existing_count as existing,
    audience_growth.import_count as imports,
    audience_growth.opt_in_count as optins,
    audience_growth.unsubscribe_count as unsubscribes,
    audience_growth.reconfirm_count as reconfirms,
    audience_growth.cleaned_count as cleaned,
    audience_growth.pending_count as pending,
    audience_growth.deleted_count as deleted,
    audience_growth.transactional_count as transactional
from audience_growth
