# Writes a C++ source that holds a file's bytes: cmake -DFROM=file -DTO=source.cc -DNAME=certmark_name -P embed_file.cmake
# declares `extern const unsigned char NAME[]` and `extern const unsigned long NAME_size`.
file(READ "${FROM}" hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE "${TO}" "extern const unsigned char ${NAME}[];\nextern const unsigned long ${NAME}_size;\n"
                   "const unsigned char ${NAME}[] = {\n${bytes}\n};\nconst unsigned long ${NAME}_size = sizeof ${NAME};\n")
