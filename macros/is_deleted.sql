{% macro is_deleted(source_name, table_name, row, keys=["id"]) -%}
    coalesce(
        greatest(
            cast({{ row }}._seen_on as date),
            (
                select max(cast(rejected._seen_on as date))
                from {{ source(source_name, 'rejected') }} as rejected
                where
                    rejected.table_name = '{{ table_name }}'
                    {%- for key in keys %}
                        and {{ json_text("rejected.row", "$." ~ key) }}
                        = cast({{ row }}.{{ key }} as varchar)
                    {%- endfor %}
            )
        ) < (
            select max(cast(loads.as_of as date))
            from {{ source(source_name, 'loads') }} as loads
            where loads.table_name = '{{ table_name }}' and loads.mode = 'full'
        ),
        false
    )
{%- endmacro %}
