select * from {{ source('lake', 'sentences') }}
