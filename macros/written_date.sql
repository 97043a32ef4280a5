{% macro written_date(column) -%}
    coalesce(
        {{ iso_date("trim(" ~ column ~ ")") }},
        cast(try_strptime(trim({{ column }}), '%B %d, %Y') as date),
        case
            when regexp_matches({{ column }}, 'T00:00:00(\.0+)?(Z|\+00:00)$')
                then {{ iso_date("left(" ~ column ~ ", 10)") }}
            else {{ business_date(iso_to_utc(column)) }}
        end
    )
{%- endmacro %}
