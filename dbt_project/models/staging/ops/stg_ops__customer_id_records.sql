-- Grain: one row per record and the customer it belonged to when last published.
with

customer_id_records as (
    select * from {{ source('ops', 'customer_id_records') }}
),

renamed as (
    select
        customer_id_records.record_key,
        customer_id_records.customer_id
    from customer_id_records
)

select * from renamed
