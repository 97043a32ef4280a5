{% test parses(model, column_name, raw, raw_column, at_most=0.01, floor=5) %}
    with

    written as (
        select count(nullif(trim(cast({{ raw_column }} as varchar)), '')) as value_count
        from {{ raw }}
    ),

    parsed as (
        select count({{ column_name }}) as value_count
        from {{ model }}
    )

    select
        written.value_count as written_count,
        parsed.value_count as parsed_count
    from written
    cross join parsed
    where
        written.value_count - parsed.value_count
        > greatest({{ floor }}, {{ at_most }} * written.value_count)
{% endtest %}
