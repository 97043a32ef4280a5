-- Whoever is due a message may be written to on some channel, at an address that has not opted out.
select flags_due.*
from {{ ref('flags_due') }} as flags_due
where
    flags_due.delivery_state = 'due'
    and flags_due.is_message
    and not exists (
        select 1
        from {{ ref('customer_permissions') }} as permissions
        inner join {{ ref('contact_permissions') }} as contacts
            on
                permissions.contact_key = contacts.contact_key
                and permissions.channel = contacts.channel
        where
            permissions.customer_id = flags_due.addressee_customer_id
            and permissions.is_allowed
            and contacts.is_allowed
    )
