-- Grain: one row per flag that was really handed to a destination.
with

deliveries as (
    select * from {{ ref('stg_ops__deliveries') }}
),

followed as (
    select * from {{ ref('int_identity__followed') }}
)

-- Who became another customer's part brings what they were sent along.
select
    deliveries.delivery_key,
    deliveries.destination,
    subject.customer_id,
    addressee.customer_id as addressee_customer_id,
    deliveries.flag_type,
    deliveries.delivered_date as delivered_on
from deliveries
inner join followed as subject
    on deliveries.customer_id = subject.former_customer_id
inner join followed as addressee
    on deliveries.addressee_customer_id = addressee.former_customer_id
