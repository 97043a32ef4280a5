{% macro action_count(column, action_type) -%}
    cast(
        coalesce(
            list_sum(
                list_transform(
                    list_filter(
                        {{ json_list(column) }},
                        lambda deed: deed ->> '$.action_type' = '{{ action_type }}'
                    ),
                    lambda deed: try_cast(deed ->> '$.value' as bigint)
                )
            ),
            0
        ) as bigint
    )
{%- endmacro %}
