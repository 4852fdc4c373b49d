module gomagic

go 1.25.0
