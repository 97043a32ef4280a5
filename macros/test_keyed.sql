{% test keyed(model, by, never_null=[]) %}
    with

    repeated as (
        select {{ by | join(', ') }}
        from {{ model }}
        group by {{ by | join(', ') }}
        having count(*) > 1
    )

    select
        'repeated: {{ by | join(", ") }}' as problem,
        count(*) as row_count
    from repeated
    having count(*) > 0
    {%- for column in by + never_null %}
        union all by name
        select
            'empty: {{ column }}' as problem,
            count(*) as row_count
        from {{ model }}
        where {{ column }} is null
        having count(*) > 0
    {%- endfor %}
{% endtest %}
