" Vim syntax file for mq; made by 'mqsh grammar vim'.
if exists('b:current_syntax')
  finish
endif
syntax case match
syntax iskeyword @,48-57,_,192-255
syntax sync minlines=200

" session
syntax match mqBuiltin /\<\%(print\|help\|apropos\|seed\|param\|args\|version\|time\|type_of\|tutorial\)\>/
" text
syntax match mqBuiltin /\<\%(string\|join\|split\|upper\|lower\|replace\|repeat\|trim\|starts_with\|ends_with\)\>/
" numbers
syntax match mqBuiltin /\<\%(sqrt\|exp\|log\|log2\|floor\|ceil\|round\|abs\|int\|float\|fixed\|sum\|mean\|std\|min\|max\)\>/
" lists
syntax match mqBuiltin /\<\%(count\|contains\|map\|filter\|reduce\|each\|sort\|reverse\|zip\|enumerate\|unique\|list\|steps\)\>/
" records
syntax match mqBuiltin /\<\%(with\|keys\|values\)\>/
" checks
syntax match mqBuiltin /\<\%(assert\|expect\|attempt\)\>/
" tables
syntax match mqBuiltin /\<\%(table\|rows\|select\|where\|sort_by\|group_by\|pivot\|head\|describe\)\>/
" files
syntax match mqBuiltin /\<\%(save\|exists\)\>/
" data
syntax match mqBuiltin /\<\%(dataset\|random_crop\|horizontal_flip\|random_resized_crop\|color_jitter\|resize\|center_crop\|normalize\|imagenet_augment\|imagenet_preprocess\)\>/
" models
syntax match mqBuiltin /\<\%(model\|models\|summary\|graph\|history\|load\|weights\|profile\)\>/
" training
syntax match mqBuiltin /\<\%(train\|evaluate\|sgd\|adam\|cosine\|constant\|step\|recipe\)\>/
" quantization
syntax match mqBuiltin /\<\%(quantize\|quantizers\|lsq\|lsq_plus\|pact\|dorefa\|dsq\|qil\|apot\|tqt\|static_uniform\|min_max\|ema_min_max\|quantile\|mse\|kl\|norm\|mean_std\|clip_std\|batch_mean_max\|observers\|folded\|fold_error\|why\)\>/
" backends
syntax match mqBuiltin /\<\%(folds\|graph_modes\|backends\|supports\|legality_rules\)\>/
" backends
syntax match mqBuiltinConstant /\<\%(academic\|tensorrt\|acl\|tvm\|snpe\|fbgemm\)\>/
" post-training
syntax match mqBuiltin /\<\%(calibrate\|recalibrate_bn\|equalize\|correct_bias\|sensitivity\|adaround\|brecq\|qdrop\|blocks\)\>/
" deployment
syntax match mqBuiltin /\<\%(integer\|gap\|agreement\|bench\|whatif\|export\|export_formats\)\>/
" experiments
syntax match mqBuiltin /\<\%(sweep\)\>/
syntax match mqDeclaration /\<\%(let\|var\|func\|import\)\>/
syntax match mqControl /\<\%(return\|if\|else\|for\|while\|break\|continue\)\>/
syntax match mqConstant /\<\%(true\|false\|nil\)\>/
syntax match mqLogical /\<\%(in\|and\|or\|not\)\>/

syntax match mqOperator /|>/
syntax match mqOperator /\.\.\.\|\.\.</
syntax match mqOperator /!=\|<=\|==\|>=\|<\|>/
syntax match mqOperator /\*=\|+=\|-=\|\/=\|=/
syntax match mqOperator /\*\*\|\/\/\|%\|\*\|+\|-\|\//

syntax match mqField /\.\@1<!\.\.\@!\s*\<\D\k*\>/
syntax match mqLabel /\<\D\k*\>\ze\s*:/
syntax match mqControl /\%("\s*\)\@<=\<as\>/
syntax match mqName /\%(\<\%(func\|let\|var\)\s\+\)\@<=\k\+/

syntax match mqNumber /\<\d[0-9_]*\%(\.\d[0-9_]*\)\=\%([eE][+-]\=\d[0-9_]*\)\=\>/
syntax match mqEscapeError /\\./ contained
syntax match mqEscape /\\[ntr0"\\]\|\\u{\x\{1,8}}/ contained
syntax region mqInterpolation matchgroup=mqEdge start=/\\(/ end=/)/ oneline contained contains=TOP
syntax region mqParentheses start=/(/ end=/)/ transparent contains=TOP
syntax region mqString start=/"/ end=/"/ oneline contains=mqEscape,mqEscapeError,mqInterpolation,@Spell
syntax region mqString start=/"""/ end=/"""/ contains=mqEscape,mqEscapeError,mqInterpolation,@Spell
syntax match mqComment /#.*/ contains=@Spell
syntax match mqShebang /\%^#!.*/

highlight default link mqBuiltin Function
highlight default link mqBuiltinConstant Constant
highlight default link mqDeclaration Keyword
highlight default link mqControl Statement
highlight default link mqConstant Boolean
highlight default link mqLogical Operator
highlight default link mqOperator Operator
highlight default link mqLabel Label
highlight default link mqName Identifier
highlight default link mqNumber Number
highlight default link mqString String
highlight default link mqEscape SpecialChar
highlight default link mqEscapeError Error
highlight default link mqEdge Delimiter
highlight default link mqComment Comment
highlight default link mqShebang PreProc
let b:current_syntax = 'mq'
