-- Grain: one row per membership (instance) and person on its roster.
with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

roster_rows as (
    select
        memberships.membership_instance_id,
        unnest({{ json_list("memberships.roster") }}) as member
    from memberships
),

renamed as (
    select
        -- ids
        roster_rows.membership_instance_id,
        {{ json_text("roster_rows.member", "$.id") }} as capitan_customer_id,
        {{ json_text("roster_rows.member", "$.member_id") }} as member_id_in_capitan,

        -- strings
        {{ json_text("roster_rows.member", "$.first_name") }} as given_name,
        {{ json_text("roster_rows.member", "$.last_name") }} as family_name,

        -- booleans
        coalesce({{ json_text("roster_rows.member", "$.is_individually_frozen") }} = 'true', false)
            as is_individually_frozen
    from roster_rows
),

-- A roster that names one person twice is one person on the roster.
one_per_person as (
    select
        renamed.membership_instance_id,
        renamed.capitan_customer_id,
        renamed.member_id_in_capitan,
        renamed.given_name,
        renamed.family_name,
        renamed.is_individually_frozen
    from renamed
    where renamed.capitan_customer_id is not null
    qualify row_number() over (
        partition by renamed.membership_instance_id, renamed.capitan_customer_id
        order by renamed.member_id_in_capitan
    ) = 1
)

select * from one_per_person
