-- Grain: one row per spell: days in a row on which a flag was listed for a customer.
with

flag_changes as (
    select * from {{ ref('flag_changes') }}
),

followed_up as (
    select
        flag_changes.*,
        lead(flag_changes.changed_on) over (
            partition by flag_changes.customer_id, flag_changes.flag_type
            order by flag_changes.change_order
        ) as next_changed_on
    from flag_changes
)

select
    followed_up.customer_id,
    followed_up.flag_type,
    followed_up.change_order as spell_order,
    followed_up.first_date,
    followed_up.changed_on as began_on,
    followed_up.next_changed_on as ended_on
from followed_up
where followed_up.change = 'begins'
