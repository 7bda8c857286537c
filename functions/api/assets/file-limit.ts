/**
 * Script of both sides: files that are too large are told before they are sent, because a gateway in front refuses them without a page.
 * The limit in bytes and the words stand in the field.
 */
export const fileLimit = `for (const one of document.querySelectorAll('input[type=file][data-most]')) {
    const judge = () => {
      const size = [...one.files].reduce((sum, file) => sum + file.size, 0);
      one.setCustomValidity(size > Number(one.dataset.most) ? one.dataset.large : '');
      return one.reportValidity();
    };
    one.addEventListener('change', judge);
    one.form.addEventListener('submit', (event) => {
      if (judge()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    });
  }`;
