{{ in_base_units(ref('stg_statements'), ref('units')) }}
