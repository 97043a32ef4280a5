-- Grain: one row per e-mail or phone of which a consent or a refusal is known.
with

contact_permissions as (
    select * from {{ ref('contact_permissions') }}
),

contact_owners as (
    select * from {{ ref('int_identity__contact_owners') }}
)

select
    contact_permissions.contact_point as identifier,
    contact_permissions.contact_point_type as identifier_type,
    contact_owners.owner_customer_id as customer_id,
    case contact_permissions.channel when 'email' then contact_permissions.is_allowed end
        as email_opt_in,
    case contact_permissions.channel when 'email' then contact_permissions.effective_at end
        as email_opt_in_date,
    case contact_permissions.channel when 'email' then contact_permissions.source end
        as email_source,
    case contact_permissions.channel when 'sms' then contact_permissions.is_allowed end
        as sms_opt_in,
    case contact_permissions.channel when 'sms' then contact_permissions.effective_at end
        as sms_opt_in_date,
    case contact_permissions.channel when 'sms' then contact_permissions.source end as sms_source
from contact_permissions
left join contact_owners
    on
        contact_permissions.contact_point_type = contact_owners.identifier_type
        and contact_permissions.contact_point = contact_owners.value
where contact_permissions.contact_point is not null and contact_permissions.state <> 'unknown'
