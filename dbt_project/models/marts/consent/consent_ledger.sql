-- Grain: one row per piece of evidence about consent, whether its source still shows it or not.
{{ config(materialized='view') }}

with

consents as (
    select * from {{ ref('int_consents') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
)

select
    consents.evidence_key,
    consents.contact_key,
    consents.contact_point_type,
    consents.contact_point,
    consents.channel,
    consents.state,
    consents.is_explicit,
    consents.method,
    consents.source,
    consents.source_status,
    consents.effective_at,
    consents.proof,
    consents.record_key,
    members.customer_id,
    consents.noted_on
from consents
left join members
    on consents.record_key = members.record_key
