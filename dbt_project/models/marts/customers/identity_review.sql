-- Grain: one row per pair of customers who may be one person, for somebody to decide.
with

edges as (
    select * from {{ ref('int_edge__unioned') }}
),

members as (
    select * from {{ ref('int_identity__members') }}
),

features as (
    select * from {{ ref('int_identity__features') }}
),

compared as (
    select * from {{ ref('int_identity__compared') }}
),

-- What was refused for a reason is no question any more; what fits two people equally well is one.
open_questions as (
    select
        least(member_a.customer_id, member_b.customer_id) as customer_id_a,
        greatest(member_a.customer_id, member_b.customer_id) as customer_id_b,
        edges.record_key_a,
        edges.record_key_b,
        edges.reason,
        edges.is_torn as fits_several_people,
        edges.evidence,
        compared.learned_decibits / 10.0 as bits
    from edges
    inner join features as record_a
        on edges.record_key_a = record_a.record_key
    inner join features as record_b
        on edges.record_key_b = record_b.record_key
    inner join compared
        on
            record_a.record_number = compared.record_number_a
            and record_b.record_number = compared.record_number_b
    inner join members as member_a
        on edges.record_key_a = member_a.record_key
    inner join members as member_b
        on edges.record_key_b = member_b.record_key
    where member_a.customer_id <> member_b.customer_id
),

conflicts as (
    select * from {{ ref('identity_refused') }}
),

refused_customers as (
    select
        least(member_a.customer_id, member_b.customer_id) as customer_id_a,
        greatest(member_a.customer_id, member_b.customer_id) as customer_id_b
    from conflicts
    inner join members as member_a
        on conflicts.record_key_a = member_a.record_key
    inner join members as member_b
        on conflicts.record_key_b = member_b.record_key
    where conflicts.reason <> 'fits two people equally well'
    group by
        least(member_a.customer_id, member_b.customer_id),
        greatest(member_a.customer_id, member_b.customer_id)
),

best as (
    select open_questions.*
    from open_questions
    left join refused_customers
        on
            open_questions.customer_id_a = refused_customers.customer_id_a
            and open_questions.customer_id_b = refused_customers.customer_id_b
    where refused_customers.customer_id_a is null
    qualify row_number() over (
        partition by open_questions.customer_id_a, open_questions.customer_id_b
        order by
            open_questions.bits desc,
            open_questions.record_key_a,
            open_questions.record_key_b,
            open_questions.reason
    ) = 1
)

select
    row_number() over (
        order by best.bits desc, best.customer_id_a, best.customer_id_b
    ) as review_order,
    best.customer_id_a,
    best.customer_id_b,
    best.record_key_a,
    best.record_key_b,
    best.reason,
    best.fits_several_people,
    best.bits,
    best.evidence
from best
