autocmd BufRead,BufNewFile *.mq setfiletype mq
autocmd BufRead * if getline(1) =~# '^#!.*\<mqsh\>' | setfiletype mq | endif
