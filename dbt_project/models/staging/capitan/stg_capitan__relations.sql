-- Grain: one row per family link and direction, deleted ones included.
with

relations as (
    select * from {{ source('capitan', 'relations') }}
),

asked as (
    select
        asked.capitan_customer_id,
        asked.last_asked_date
    from {{ ref('stg_capitan__asked') }} as asked
    where asked.table_name = 'relations'
),

renamed as (
    select
        -- ids
        cast(relations.customer_id as varchar) as capitan_customer_id,
        cast(relations.related_customer_id as varchar) as related_capitan_customer_id,

        -- strings
        relations.relation,
        nullif(trim(relations.related_customer_first_name), '') as related_given_name,
        nullif(trim(relations.related_customer_last_name), '') as related_family_name,

        -- booleans
        coalesce(cast(relations._seen_on as date) < asked.last_asked_date, false) as is_deleted,

        -- dates and times
        {{ iso_to_utc("relations.created_at") }} as created_at
    from relations
    left join asked
        on cast(relations.customer_id as varchar) = asked.capitan_customer_id
)

select * from renamed
