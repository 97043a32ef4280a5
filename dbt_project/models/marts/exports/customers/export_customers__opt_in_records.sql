-- Grain: one row per address, channel, state, instant and source of what shows a consent.
with

consent_ledger as (
    select * from {{ ref('consent_ledger') }}
)

select
    consent_ledger.contact_point as identifier,
    consent_ledger.contact_point_type as identifier_type,
    consent_ledger.channel,
    consent_ledger.state as opt_in_status,
    consent_ledger.effective_at as opt_in_date,
    consent_ledger.source,
    consent_ledger.source_status,
    consent_ledger.customer_id
from consent_ledger
where consent_ledger.contact_point is not null
-- Several rows of one source may show the same.
qualify row_number() over (
    partition by
        consent_ledger.contact_point,
        consent_ledger.channel,
        consent_ledger.state,
        consent_ledger.effective_at,
        consent_ledger.source,
        consent_ledger.source_status
    order by consent_ledger.is_explicit desc, consent_ledger.evidence_key
) = 1
