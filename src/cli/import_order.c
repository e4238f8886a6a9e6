#include "import.h"
void import_order(import_t *import)
{
    (void)import;
}
