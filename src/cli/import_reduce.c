#include "import.h"
void import_reduce(import_t *import, import_move_t *move)
{
    (void)import;
    (void)move;
}
